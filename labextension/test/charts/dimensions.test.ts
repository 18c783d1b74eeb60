import {
  axisOf,
  isKept,
  keptBetween,
  keptWords,
  marksOf,
  numberAt,
  shareOf,
  stepped,
  valueWords,
  withKept
} from '../../src/charts/dimensions';
import type { INumberAxis } from '../../src/charts/dimensions';
import { UNTRANSLATED } from '../../src/translation';

const LR: INumberAxis = { key: 'lr', name: 'lr', kind: 'log', domain: [1e-4, 1e-1] };

describe('an axis of values', () => {
  it('is logarithmic where numbers span powers of ten, or are doubled', () => {
    expect(axisOf('lr', 'lr', [1e-4, 0.02, 0.1]).kind).toBe('log');
    expect(axisOf('batch', 'batch', [32, 64, 128]).kind).toBe('log');
    expect(axisOf('dropout', 'dropout', [0, 0.1, 0.3]).kind).toBe('number');
    expect(axisOf('accuracy', 'accuracy', [0.85, 0.97]).kind).toBe('number');
  });

  it('is one of words as soon as one value is a word', () => {
    const axis = axisOf('opt', 'opt', ['sgd', 3, null, true, 'adamw', 'sgd']);
    expect(axis).toMatchObject({ kind: 'category', categories: ['3', 'adamw', 'sgd', 'True'] });
    expect(shareOf(axis, 'sgd')).toBeCloseTo(2 / 3);
    expect(shareOf(axis, 'other')).toBeNaN();
  });

  it('places numbers by their power of ten', () => {
    expect(shareOf(LR, 1e-4)).toBe(0);
    expect(shareOf(LR, 1e-2)).toBeCloseTo(2 / 3);
    expect(shareOf(LR, 0)).toBeNaN();
    expect(shareOf(LR, null)).toBeNaN();
    expect(numberAt(LR, 2 / 3)).toBeCloseTo(1e-2);
  });

  it('stands in the middle where all are the same', () => {
    const axis = axisOf('lr', 'lr', [0.01, 0.01]);
    expect(shareOf(axis, 0.01)).toBe(0.5);
    expect(marksOf(axis, 0.1).map(mark => mark.words)).toEqual(['0.01']);
  });

  it('marks its ends, and what is not too near to another mark', () => {
    const marks = marksOf({ key: 'a', name: 'a', kind: 'number', domain: [0, 10.2] }, 0.1);
    const shares = marks.map(mark => mark.share).sort((one, other) => one - other);
    expect(shares[0]).toBe(0);
    expect(shares[shares.length - 1]).toBe(1);
    shares.slice(1).forEach((share, at) => expect(share - (shares[at] ?? 0)).toBeGreaterThanOrEqual(0.1));
    const words = axisOf(
      'x',
      'x',
      Array.from({ length: 100 }, (_, at) => `word ${at}`)
    );
    expect(marksOf(words, 0.1).length).toBeLessThanOrEqual(11);
  });

  it('writes truth as Python does, and what is missing as a dash', () => {
    const axis = axisOf('amp', 'amp', [true, false]);
    expect(valueWords(axis, true)).toBe('True');
    expect(valueWords(axis, null)).toBe('–');
  });
});

describe('what is kept of an axis', () => {
  it('is open at the ends, so that new values are kept too', () => {
    expect(keptBetween(LR, 0, 0.5)).toEqual({ low: null, high: 0.00316 });
    expect(keptBetween(LR, 1, 0.5)).toEqual({ low: 0.00316, high: null });
    expect(keptBetween(LR, 0, 1)).toBeNull();
  });

  it('is whole numbers where there are no others', () => {
    const axis = axisOf('depth', 'depth', [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(keptBetween(axis, 0.3, 0.75)).toEqual({ low: 3, high: 6 });
  });

  it('never has what is missing', () => {
    expect(isKept({ low: null, high: 1 }, null)).toBe(false);
    expect(isKept({ low: null, high: 1 }, 0.5)).toBe(true);
    expect(isKept({ low: 0.6, high: null }, 0.5)).toBe(false);
    expect(isKept({ among: ['True'] }, true)).toBe(true);
    expect(isKept(undefined, null)).toBe(true);
  });

  it('moves from mark to mark by keys where each value has one', () => {
    const axis = axisOf('batch', 'batch', [32, 64, 128]);
    expect(stepped(axis, 0, 1)).toBeCloseTo(0.5);
    expect(stepped(axis, 0.5, 1)).toBe(1);
    expect(stepped(axis, 1, 10)).toBe(1);
    expect(stepped(axis, 1, -Infinity)).toBe(0);
    expect(stepped(LR, 0.5, 1)).toBeCloseTo(0.51);
  });

  it('reads as a sentence would', () => {
    expect(keptWords(LR, { low: 0.01, high: null }, UNTRANSLATED)).toBe('lr from 0.010');
    expect(keptWords(LR, { low: null, high: 0.05 }, UNTRANSLATED)).toBe('lr up to 0.050');
    const opt = axisOf('opt', 'opt', ['sgd', 'adamw']);
    expect(keptWords(opt, { among: ['sgd', 'adamw'] }, UNTRANSLATED)).toBe('opt sgd or adamw');
  });

  it('is taken back by its key', () => {
    const kept = withKept({ lr: { low: 1, high: null } }, 'opt', { among: ['sgd'] });
    expect(Object.keys(kept)).toEqual(['lr', 'opt']);
    expect(withKept(kept, 'lr', null)).toEqual({ opt: { among: ['sgd'] } });
  });
});
