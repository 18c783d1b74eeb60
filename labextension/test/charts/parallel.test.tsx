import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import type { JSX } from 'react';

import { axisOf } from '../../src/charts/dimensions';
import type { KeptRanges } from '../../src/charts/dimensions';
import { frameOf, ParallelDrawing } from '../../src/charts/parallel';
import type { IParallelLine } from '../../src/charts/parallel';
import { ParallelFigure } from '../../src/charts/ParallelFigure';

const LINES: readonly IParallelLine[] = [
  { id: 'a', name: 'one', values: [0.1, 'sgd', 0.9], colour: 1 },
  { id: 'b', name: 'two', values: [0.2, 'adamw', 0.5], colour: 2 },
  { id: 'c', name: 'three', values: [0.3, 'adamw', null], colour: 3 }
];
const TITLE = 'Parameters to accuracy';
const NAMES = ['lr', 'opt', 'accuracy'];
const AXES = NAMES.map((name, at) =>
  axisOf(
    name,
    name,
    LINES.map(line => line.values[at] ?? null)
  )
);

class Sizes {
  observe(): void {
    // Nothing has a size here.
  }
  disconnect(): void {
    // Nothing has a size here.
  }
}

beforeAll(() => {
  Object.assign(window, { ResizeObserver: Sizes });
  HTMLCanvasElement.prototype.getContext = () => null;
});

function drawingOf(kept: KeptRanges = {}): ParallelDrawing {
  const scene = { axes: AXES, lines: LINES, kept, selected: new Set<string>() };
  return new ParallelDrawing(scene, frameOf(scene, 600, 240));
}

describe('lines through parallel axes', () => {
  it('are found where they cross an axis and between two', () => {
    const drawing = drawingOf();
    const { xs, top, bottom } = drawing.frame;
    const [left = 0, middle = 0] = xs;
    expect(drawing.find(left, bottom)).toBe('a');
    expect(drawing.find(left, top)).toBe('c');
    expect(drawing.find((left + middle) / 2, top + 1)).toBeNull();
    // Halfway between the axes a curve is halfway between its ends.
    expect(drawing.find((left + middle) / 2, (bottom + top) / 2)).toBe('a');
  });

  it('go below the axis where they have no value', () => {
    const { frame, ...drawing } = drawingOf();
    expect(frame.gaps).toEqual([false, false, true]);
    expect(frame.missing).toBeGreaterThan(frame.bottom);
    expect(drawing).toBeDefined();
    expect(drawingOf().find(frame.xs[2] ?? 0, frame.missing)).toBe('c');
  });

  it('are left out unless they lie in all that is kept', () => {
    expect([...drawingOf({ accuracy: { low: 0.4, high: null } }).kept]).toEqual(['a', 'b']);
    const both = { accuracy: { low: 0.4, high: null }, opt: { among: ['adamw'] } };
    expect([...drawingOf(both).kept]).toEqual(['b']);
  });

  it('stand no nearer than can be read, however many there are', () => {
    const axes = Array.from({ length: 30 }, (_, at) => axisOf(`${at}`, `${at}`, [0, 1]));
    const frame = frameOf({ axes, lines: [], kept: {}, selected: new Set() }, 600, 240);
    expect(frame.width).toBeGreaterThan(600);
    expect((frame.xs[1] ?? 0) - (frame.xs[0] ?? 0)).toBeGreaterThan(70);
  });
});

function Figure({ onSelect }: { onSelect?: (id: string | null) => void }): JSX.Element {
  const [kept, setKept] = useState<KeptRanges>({});
  return (
    <ParallelFigure
      title={TITLE}
      axes={AXES}
      lines={LINES}
      height={240}
      kept={kept}
      onKept={setKept}
      countWords={count => `${count} runs`}
      heading="Run"
      {...(onSelect ? { onSelect } : {})}
    />
  );
}

describe('a figure of parallel coordinates', () => {
  it('keeps a range by keys, says it, and takes it back', () => {
    render(<Figure />);
    const edge = screen.getByRole('slider', { name: 'least accuracy' });
    fireEvent.keyDown(edge, { key: 'ArrowUp' });
    expect(screen.getByText('kept: accuracy from 0.900; 1 of 3 runs')).toBeTruthy();
    expect(screen.getByRole('img').getAttribute('aria-label')).toContain('1 of 3 runs');
    fireEvent.keyDown(edge, { key: 'Delete' });
    expect(screen.getByText('drag along an axis to keep a range')).toBeTruthy();
  });

  it('has one stop for Tab among its sliders', () => {
    render(<Figure />);
    const stops = screen.getAllByRole('slider').filter(slider => slider.tabIndex === 0);
    expect(stops).toHaveLength(1);
    fireEvent.keyDown(screen.getByRole('slider', { name: 'least lr' }), { key: 'ArrowRight' });
    expect(document.activeElement?.getAttribute('aria-label')).toBe('greatest lr');
  });

  it('goes from line to line by keys, the best first, and chooses one', () => {
    const chosen: (string | null)[] = [];
    render(<Figure onSelect={id => chosen.push(id)} />);
    const picture = screen.getByRole('img');
    picture.focus();
    fireEvent.keyDown(picture, { key: 'ArrowDown' });
    expect(screen.getByText('one, lr 0.100, opt sgd, accuracy 0.900')).toBeTruthy();
    fireEvent.keyDown(picture, { key: 'ArrowDown' });
    fireEvent.keyDown(picture, { key: ' ' });
    expect(chosen).toEqual(['b']);
  });

  it('has a twin that is a table', () => {
    render(<Figure />);
    fireEvent.keyDown(screen.getByRole('img'), { key: 't' });
    expect(screen.getByRole('table', { name: 'Parameters to accuracy' })).toBeTruthy();
    expect(screen.getAllByRole('row')).toHaveLength(4);
    expect(document.activeElement?.className).toBe('jm-Curve-table');
  });
});
