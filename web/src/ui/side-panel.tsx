import { type ReactNode, useState } from 'react';
import { late } from './late.tsx';

interface SidePanelProps {
  title: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  size?: 'md' | 'lg' | 'xl';
  children: ReactNode;
}

const Drawer = late(() => import('./drawer.ts').then(({ Drawer }) => Drawer), null);

const WIDTHS = { md: 480, lg: 640, xl: 860 } as const;

/** Details beside the page, which stays where it is. Its state belongs into the URL, so that a link opens it. */
export function SidePanel({ title, isOpen, onClose, size = 'md', children }: SidePanelProps) {
  // its code is loaded when one is opened for the first time
  const [wasOpened, setOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setOpened(true);
  if (!wasOpened) return null;
  return (
    <Drawer opened={isOpen} onClose={onClose} position="right" size={WIDTHS[size]} title={title}>
      {children}
    </Drawer>
  );
}
