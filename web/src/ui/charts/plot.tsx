import { type ReactNode, useCallback, useState } from 'react';
import { useFormat } from '../../lib/format.ts';
import { labelStep, ticksOf } from '../../lib/scale.ts';

const MARGIN_TOP = 8;
// the style sheet has both too (.columns)
const X_AXIS_HEIGHT = 26;
/** Room for the values beside the axis. */
export const Y_AXIS_WIDTH = 46;
const LABEL_GAP = 26;
const CHARACTER_WIDTH = 6.6;

/** Turns places and values into pixels. */
export interface Scale {
  /** Width of what belongs to one label. */
  slot: number;
  /** The middle of the slot at a place. */
  x: (at: number) => number;
  y: (value: number) => number;
}

interface PlotProps {
  height: number;
  /** The largest value. */
  max: number;
  /** About how many lines with a value there are. */
  ticks: number;
  isWhole?: boolean;
  /** What stands below each place, from left to right. */
  labels: readonly string[];
  /** Draws the values, as SVG. */
  draw: (scale: Scale) => ReactNode;
  /** Lies over the drawing. */
  children?: ReactNode;
}

/** The frame of a chart: lines with values, labels below, and the drawing between them. Hidden from screen readers. */
export function Plot({ height, max, ticks, isWhole, labels, draw, children }: PlotProps) {
  const format = useFormat();
  const [box, width] = useWidth();
  const values = ticksOf(max, ticks, isWhole);
  const top = values.at(-1) ?? 1;
  const bottom = height - X_AXIS_HEIGHT;
  const slot = Math.max(0, width - Y_AXIS_WIDTH) / labels.length;
  const scale: Scale = {
    slot,
    x: (at) => Y_AXIS_WIDTH + slot * (at + 0.5),
    y: (value) => bottom - ((bottom - MARGIN_TOP) * value) / top,
  };
  return (
    <div className="plot" ref={box} style={{ height }}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden>
          {values.map((value) => (
            <g key={value}>
              <line className="plot-line" x1={Y_AXIS_WIDTH} x2={width} y1={scale.y(value)} y2={scale.y(value)} />
              <text x={Y_AXIS_WIDTH - 8} y={scale.y(value)} dy="0.32em" textAnchor="end">
                {format.compact(value)}
              </text>
            </g>
          ))}
          <Labels labels={labels} scale={scale} y={height - 6} width={width} />
          {draw(scale)}
        </svg>
      )}
      {children}
    </div>
  );
}

/** As many labels as fit. */
function Labels({ labels, scale, y, width }: Pick<PlotProps, 'labels'> & { scale: Scale; y: number; width: number }) {
  const widths = labels.map(({ length }) => length * CHARACTER_WIDTH);
  const step = labelStep(widths, scale.slot, LABEL_GAP);
  return labels.map((label, at) => {
    const half = (widths[at] ?? 0) / 2;
    if (at % step !== 0 || scale.x(at) + half > width) return null;
    return (
      <text key={`${at} ${label}`} x={Math.max(half, scale.x(at))} y={y} textAnchor="middle">
        {label}
      </text>
    );
  });
}

/** @returns a reference for an element, and its width: 0 until it is in the document */
function useWidth(): [(element: HTMLElement | null) => (() => void) | undefined, number] {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
