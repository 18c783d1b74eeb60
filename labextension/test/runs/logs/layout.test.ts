import { LogDocument } from '../../../src/runs/logs/document';
import { CUT, Layout, LINE } from '../../../src/runs/logs/layout';
import { HIGHEST, Viewport } from '../../../src/runs/logs/viewport';
import { ServedLog } from './server';

async function opened(log: ServedLog): Promise<{ doc: LogDocument; layout: Layout }> {
  log.isEnded = true;
  const doc = new LogDocument((offset, limit) => log.read(offset, limit));
  doc.watch();
  while (!doc.isOpen) {
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  return { doc, layout: new Layout(doc) };
}

const LINES = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line number ${at} of it\n`).join('');

describe('a layout', () => {
  it('of what is read is exact, there and back', async () => {
    const { layout } = await opened(new ServedLog(LINES(1000)));
    expect(layout.height).toBe(1000 * LINE);
    expect(layout.placeAt(400)).toEqual({ chunk: 0, row: 22, rest: 4 });
    expect(layout.topOf({ chunk: 0, row: 22, rest: 4 })).toBe(400);
    expect(layout.between(30, 70).rows.map(({ row }) => row)).toEqual([1, 2, 3]);
    expect(layout.count()).toEqual({ rows: 1000, isExact: true });
  });

  it('of what is not read is about right', async () => {
    const log = new ServedLog(LINES(400_000));
    const { doc, layout } = await opened(log);
    expect(layout.height / (400_000 * LINE)).toBeCloseTo(1, 1);
    expect(layout.count().isExact).toBe(false);
    const { rows, unread } = layout.between(1000, 2000);
    expect([rows.length, unread.length]).toEqual([0, 1]);
    const half = layout.placeAt(layout.height / 2);
    expect(Math.abs(half.chunk - doc.count / 2)).toBeLessThan(2);
    expect(layout.topOf(half)).toBeCloseTo(layout.height / 2);
  });

  it('wraps long lines, and takes what is measured', async () => {
    const { layout } = await opened(new ServedLog(`${'x'.repeat(250)}\nshort\n日本語\n`));
    layout.fit(100, true);
    expect(layout.height).toBe(5 * LINE);
    expect(layout.placed(0, 1)?.top).toBe(3 * LINE);
    expect(layout.measure(0, 2, 2 * LINE)).toBe(true);
    expect(layout.measure(0, 2, 2 * LINE)).toBe(false);
    expect(layout.height).toBe(6 * LINE);
    layout.fit(300, true);
    expect(layout.height).toBe(3 * LINE);
  });

  it('cuts what is too long until all of it is wanted', async () => {
    const { layout } = await opened(new ServedLog(`${'x'.repeat(100_000)}\nshort\n`));
    layout.fit(100, false);
    expect(layout.height).toBe(2 * LINE);
    expect(layout.between(0, 10).rows).toHaveLength(1);
    expect(layout.widest).toBeLessThan(CUT + 100);
    layout.showWhole(0, 0);
    expect(layout.height).toBe(1001 * LINE);
  });
});

describe('a viewport', () => {
  function attached(viewport: Viewport): HTMLElement {
    const element = document.createElement('div');
    const spacer = document.createElement('div');
    Object.defineProperty(element, 'clientHeight', { value: 600 });
    viewport.attach({ element, spacer });
    return element;
  }

  beforeAll(() => {
    globalThis.ResizeObserver = class {
      observe(): void {
        // Nothing is laid out here.
      }
      unobserve(): void {
        // Nothing is laid out here.
      }
      disconnect(): void {
        // Nothing is laid out here.
      }
    };
  });

  function scrollTo(element: HTMLElement, top: number): void {
    element.scrollTop = top;
    element.dispatchEvent(new Event('scroll'));
  }

  it('opens at the end, and stays there until it is moved up', async () => {
    const { doc, layout } = await opened(new ServedLog(LINES(1000)));
    const viewport = new Viewport(doc, layout);
    const element = attached(viewport);
    expect(viewport.isFollowing).toBe(true);
    expect(viewport.top).toBe(1000 * LINE + 6 - 600);
    scrollTo(element, 5000);
    expect([viewport.isFollowing, viewport.top]).toEqual([false, 5000]);
    scrollTo(element, viewport.layout.height);
    expect(viewport.isFollowing).toBe(true);
    viewport.scrollBy(-LINE);
    expect(viewport.isFollowing).toBe(false);
    viewport.home();
    expect([viewport.top, element.scrollTop]).toEqual([0, 0]);
    viewport.reveal(0, 500);
    expect(viewport.top).toBe(500 * LINE - 200);
    const before = viewport.top;
    viewport.reveal(0, 501);
    expect(viewport.top).toBe(before);
  });

  it('stays where it is while what is above gets its height', async () => {
    const { doc, layout } = await opened(new ServedLog(`${'\n'.repeat(300_000)}${LINES(220_000)}`));
    const viewport = new Viewport(doc, layout);
    attached(viewport);
    await doc.load(doc.count - 2);
    viewport.reveal(doc.count - 2, 100);
    const place = layout.placeAt(viewport.top);
    const before = viewport.top;
    await doc.load(0);
    expect(viewport.top).not.toBe(before);
    expect(layout.placeAt(viewport.top)).toEqual(place);
  });

  it('moves by pixels, and by share, in a log that is higher than an element can be', async () => {
    const { doc, layout } = await opened(new ServedLog('\n'.repeat(700_000)));
    const viewport = new Viewport(doc, layout);
    const element = attached(viewport);
    expect(layout.height).toBeGreaterThan(HIGHEST);
    expect(element.scrollTop).toBeCloseTo(HIGHEST - 600);
    const end = viewport.top;
    viewport.scrollBy(-100);
    expect(viewport.top).toBe(end - 100);
    scrollTo(element, (HIGHEST - 600) / 2);
    expect(viewport.top / end).toBeCloseTo(0.5);
    const middle = viewport.top;
    scrollTo(element, element.scrollTop + 40);
    expect(viewport.top).toBeCloseTo(middle + 40);
    viewport.dispose();
  });
});
