import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type AnchorElementProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'color' | 'style' | 'size'> & {
  ref?: Ref<HTMLAnchorElement>;
};

// A polymorphic component loses its properties in createLink, so both are wrapped as anchors.

/** A link within the dashboard whose search parameters are checked. */
export const AnchorLink = createLink((props: AnchorProps & AnchorElementProps) => <Anchor {...props} />);

/** A button that leads to a page of the dashboard. */
export const ButtonLink = createLink((props: ButtonProps & AnchorElementProps) => <Button component="a" {...props} />);
