import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

interface SidePanelProps {
  title: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  size?: 'md' | 'lg' | 'xl';
  children: ReactNode;
}

const WIDTHS = { md: 480, lg: 640, xl: 860 } as const;

/** Details beside the page, which stays where it is. Its state belongs into the URL, so that a link opens it. */
export function SidePanel({ title, isOpen, onClose, size = 'md', children }: SidePanelProps) {
  return (
    <Drawer opened={isOpen} onClose={onClose} position="right" size={WIDTHS[size]} title={title}>
      {children}
    </Drawer>
  );
}
