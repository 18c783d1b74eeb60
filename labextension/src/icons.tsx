/**
 * The shapes that tell states apart without colour, and the few other icons that are ours.
 */

import type { JSX } from 'react';

const LINE = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.4,
  strokeLinecap: 'round',
  strokeLinejoin: 'round'
} as const;
const AREA = { fill: 'currentColor', fillRule: 'evenodd' } as const;

type Shape = readonly JSX.Element[];

const line = (d: string): JSX.Element => <path key={d} {...LINE} d={d} />;
const area = (d: string): JSX.Element => <path key={d} {...AREA} d={d} />;

const SHAPES = {
  waiting: [
    line('M4 2.2h8M4 13.8h8M5 2.4c0 3 2 3.6 3 5.6c1-2 3-2.6 3-5.6M5 13.6c0-3 2-3.6 3-5.6c1 2 3 2.6 3 5.6'),
    area('M6.2 13.2c.4-1.3 1.2-1.8 1.8-2.4c.6.6 1.4 1.1 1.8 2.4z')
  ],
  starting: [
    <circle
      key="0"
      cx="8"
      cy="8"
      r="5.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeDasharray="2.2 2.2"
    />,
    area('M8 6.3a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 0 1 0-3.4z')
  ],
  running: [area('M4 2.6c0-.6.7-1 1.2-.7l8 5.4c.5.3.5 1.1 0 1.4l-8 5.4c-.5.3-1.2 0-1.2-.7z')],
  succeeded: [
    area('M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM6.9 11.4l5-5.3l-1.1-1l-4 4.2l-1.8-1.7l-1 1.1z')
  ],
  failed: [
    area(
      'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM5.9 4.8L4.8 5.9L6.9 8L4.8 10.1l1.1 1.1L8 9.1l2.1 2.1l1.1-1.1L9.1 8l2.1-2.1l-1.1-1.1L8 6.9z'
    )
  ],
  stopped: [
    area('M4 2.8h8c.7 0 1.2.5 1.2 1.2v8c0 .7-.5 1.2-1.2 1.2H4c-.7 0-1.2-.5-1.2-1.2V4c0-.7.5-1.2 1.2-1.2z')
  ],
  pruned: [
    line(
      'M4 2.2a2 2 0 1 1 0 4a2 2 0 0 1 0-4zM4 9.8a2 2 0 1 1 0 4a2 2 0 0 1 0-4zM5.7 5.4L14 11.4M5.7 10.6L14 4.6'
    )
  ],
  detached: [
    line(
      'M6.6 11.4l-1 1a2.7 2.7 0 0 1-3.9-3.9l1.9-1.9M9.4 4.6l1-1a2.7 2.7 0 0 1 3.9 3.9l-1.9 1.9M4.7 2.4l.5 1.6M2.4 4.7l1.6.5M11.3 13.6l-.5-1.6M13.6 11.3l-1.6-.5'
    )
  ],
  warning: [
    area(
      'M8 1.8c.4 0 .7.2.9.5l5.9 10.4c.4.7-.1 1.5-.9 1.5H2.1c-.8 0-1.3-.8-.9-1.5L7.1 2.3c.2-.3.5-.5.9-.5zM7.3 6v4h1.4V6zM7.3 11.2v1.5h1.4v-1.5z'
    )
  ],
  laptop: [line('M3.5 3.5h9v7h-9zM1.5 13h13')],
  mlops: [
    line('M2.5 2v10.5c0 .6.4 1 1 1H14M4.5 10.5c2.4 0 2.2-5.6 5-6.6c1-.4 2-.4 3-.4'),
    area('M12.6 1.9a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2z')
  ],
  sweep: [line('M2 13L14 13M3.6 10.4v-2M6.5 10.4V6M9.4 10.4V8M12.4 10.4V3.4')],
  run: [line('M2.5 2v10.5c0 .6.4 1 1 1H14M5 10.5l3-4l2.2 2L13.5 4')],
  model: [line('M8 1.8l5.6 3v6.4L8 14.2l-5.6-3V4.8zM2.6 5L8 7.9L13.4 5M8 7.9v6.2')],
  data: [
    line(
      'M2.8 3.8c0-1 2.3-1.8 5.2-1.8s5.2.8 5.2 1.8S10.9 5.6 8 5.6S2.8 4.8 2.8 3.8zM2.8 3.8v8.4c0 1 2.3 1.8 5.2 1.8s5.2-.8 5.2-1.8V3.8M2.8 8c0 1 2.3 1.8 5.2 1.8s5.2-.8 5.2-1.8'
    )
  ],
  endpoint: [
    line(
      'M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6zM2.4 8h11.2M8 2.4c-3.4 3.4-3.4 7.8 0 11.2c3.4-3.4 3.4-7.8 0-11.2'
    )
  ],
  deploy: [line('M8 13V5M4.8 8L8 4.8L11.2 8M3 2.5h10')],
  rollback: [line('M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.7 3.5l-3 3l3 3')],
  promote: [line('M8 13.5V4M4 7.5l4-4l4 4')],
  star: [area('M8 1.6l2 4.2l4.5.6l-3.3 3.2l.8 4.6L8 12l-4 2.2l.8-4.6L1.5 6.4L6 5.8z')],
  retry: [line('M3 8a5 5 0 1 0 1.5-3.6M2.8 2v3h3')],
  stop: [area('M4 4h8v8H4z')],
  swap: [line('M2.5 8h11M5 5.5L2.5 8L5 10.5M11 5.5L13.5 8L11 10.5')],
  compare: [line('M4 2.5v11M12 2.5v11M4 5h5.5M4 8.5h3.5M12 11H6.5')],
  link: [line('M6.5 9.5l3-3M7.5 4.5l1-1a2.5 2.5 0 0 1 4 4l-1.5 1.5M8.5 11.5l-1 1a2.5 2.5 0 0 1-4-4L5 7')],
  open: [line('M7 3H3v10h10V9M9.5 2.5h4v4M13.3 2.7L7.5 8.5')],
  ellipsis: [
    area(
      'M3.2 6.8a1.2 1.2 0 1 1 0 2.4a1.2 1.2 0 0 1 0-2.4zM8 6.8a1.2 1.2 0 1 1 0 2.4a1.2 1.2 0 0 1 0-2.4zM12.8 6.8a1.2 1.2 0 1 1 0 2.4a1.2 1.2 0 0 1 0-2.4z'
    )
  ],
  refresh: [line('M13 8a5 5 0 1 1-1.5-3.6M13.2 2v3h-3')],
  filter: [line('M2 3h12l-4.7 5.5V13l-2.6-1.3V8.5z')],
  search: [line('M7 2.6a4.4 4.4 0 1 1 0 8.8a4.4 4.4 0 0 1 0-8.8zM10.3 10.3l3.7 3.7')],
  copy: [line('M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1')],
  download: [line('M8 2v8M4.8 7L8 10.2L11.2 7M2.8 13.5h10.4')],
  wrap: [line('M2 4h12M2 8h9.5a2.3 2.3 0 0 1 0 4.6H8M9.6 10.8L7.8 12.6l1.8 1.8M2 12h3')],
  follow: [line('M8 2v8M4.8 7L8 10.2L11.2 7M3 13.5h10')],
  close: [line('M4.3 4.3l7.4 7.4M11.7 4.3l-7.4 7.4')],
  add: [line('M8 3v10M3 8h10')],
  check: [line('M3 8.5l3.5 3.5L13 4.5')],
  table: [line('M2 3h12v10H2zM2 6.3h12M2 9.7h12M6.5 3v10')],
  terminal: [line('M2 3h12v10H2zM4.5 6L6.5 8L4.5 10M8 10.5h3')],
  notebook: [line('M3.5 2h9v12h-9zM6 2v12M8 5h2.5')],
  'caret-down': [area('M4 6.2h8L8 10.6z')],
  'caret-right': [area('M6 4v8l4.5-4z')],
  'caret-up': [area('M4 10h8L8 5.6z')],
  folder: [
    area('M2 3.5h4.4l1.4 1.6H14c.3 0 .5.2.5.5v7c0 .3-.2.5-.5.5H2c-.3 0-.5-.2-.5-.5V4c0-.3.2-.5.5-.5z')
  ],
  eye: [
    line(
      'M1.5 8C3 5 5.3 3.6 8 3.6S13 5 14.5 8C13 11 10.7 12.4 8 12.4S3 11 1.5 8zM8 6a2 2 0 1 1 0 4a2 2 0 0 1 0-4z'
    )
  ]
} as const satisfies Record<string, Shape>;

export type IconName = keyof typeof SHAPES;

/** A drawing in the colour of the text around it; the word beside it carries the meaning. */
export function Icon({ name, size = 14 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      className="jm-Icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[name]}
    </svg>
  );
}

/** Return a drawing as text, which is what JupyterLab makes its icons of. */
export function svgText(name: IconName): string {
  const shapes: Shape = SHAPES[name];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${shapes.map(markup).join('')}</svg>`;
}

function markup(shape: JSX.Element): string {
  const attributes = Object.entries(shape.props as Record<string, string | number>).map(
    ([name, value]) => `${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}="${value}"`
  );
  return `<${String(shape.type)} ${attributes.join(' ')}/>`;
}
