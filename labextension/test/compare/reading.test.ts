import { CompareCurves } from '../../src/compare/curves';
import { Reading } from '../../src/compare/reading';
import { StepValues } from '../../src/compare/steps';
import { complete } from '../../src/wire';
import { settled, TestClock } from '../clock';
import { comparisonOf, CompareServer } from './server';

function reading(server: CompareServer, question: object = { name: 'digits' }): [Reading, TestClock] {
  const clock = new TestClock();
  return [new Reading(server.client, server.feed, question, clock), clock];
}

describe('a comparison', () => {
  it('is read once somebody looks, and not before', async () => {
    const server = new CompareServer();
    const [made] = reading(server);
    await settled();
    expect(server.asked).toEqual([]);
    made.show(true);
    await settled();
    expect(server.asked).toEqual(['compare?name=digits']);
    expect(made.comparison?.runs).toHaveLength(3);
  });

  it('is read again when a run may belong to it, while it can be seen', async () => {
    const server = new CompareServer();
    const [made, clock] = reading(server);
    made.show(true);
    await settled();
    server.feed.changed.emit(new Set(['another-9']));
    await clock.pass(5000);
    expect(server.asked).toHaveLength(2);
    made.show(false);
    server.feed.changed.emit('all');
    await clock.pass(5000);
    expect(server.asked).toHaveLength(2);
    made.show(true);
    await clock.pass(5000);
    expect(server.asked).toHaveLength(3);
  });

  it('of named runs leaves hints on others alone', async () => {
    const server = new CompareServer();
    const [made, clock] = reading(server, { runs: ['digits-1', 'wide-2'] });
    made.show(true);
    await settled();
    server.feed.changed.emit(new Set(['another-9']));
    await clock.pass(5000);
    expect(server.asked).toEqual(['compare?run=digits-1&run=wide-2']);
    server.feed.changed.emit(new Set(['wide-2']));
    await clock.pass(5000);
    expect(server.asked).toHaveLength(2);
  });

  it('keeps what is known while the server cannot be reached, and says so', async () => {
    const server = new CompareServer();
    const [made, clock] = reading(server);
    made.show(true);
    await settled();
    server.isReachable = false;
    server.feed.changed.emit('all');
    await clock.pass(5000);
    expect(made.problem?.kind).toBe('offline');
    expect(made.comparison?.runs).toHaveLength(3);
    server.isReachable = true;
    server.feed.changed.emit('all');
    await clock.pass(60_000);
    expect(made.problem).toBeNull();
  });

  it('hands on the sentence with which the server refuses', async () => {
    const server = new CompareServer();
    server.refusal = { code: 'invalid_option', message: 'No state is called ‘x’.', status: 400 };
    const [made] = reading(server, { where: 'state = x' });
    made.show(true);
    await settled();
    expect(made.problem).toEqual({ kind: 'refused', message: 'No state is called ‘x’.' });
  });

  it('does not show the answer to a question that nobody asks any more', async () => {
    const server = new CompareServer();
    const [made, clock] = reading(server);
    made.show(true);
    const title = 'other';
    server.comparison = comparisonOf({ title });
    made.ask({ name: 'other' });
    await clock.pass(5000);
    expect(made.comparison?.title).toBe('other');
    expect(server.asked[server.asked.length - 1]).toBe('compare?name=other');
  });
});

describe('curves', () => {
  const rows = complete('Comparison', comparisonOf()).runs.map(({ row }) => row);

  it('are read once, and again only of runs of which there is more', async () => {
    const server = new CompareServer();
    server.series = {
      'digits-1': { axis: 'epoch', steps: [1], values: [0.5], times: [101], next: 1, thinned: false }
    };
    const clock = new TestClock();
    const curves = new CompareCurves(server.client, clock);
    curves.want('accuracy', rows, 300);
    await settled();
    expect(curves.of('accuracy', 'digits-1')).toMatchObject({ start: 100, series: { values: [0.5] } });
    expect(curves.of('accuracy', 'wide-2')).toBeUndefined();
    curves.want('accuracy', rows, 300);
    await clock.pass(5000);
    expect(server.asked).toHaveLength(1);
    const grown = rows.map(row =>
      row.id === 'wide-2' && row.metrics.accuracy
        ? { ...row, metrics: { accuracy: { ...row.metrics.accuracy, count: 11 } } }
        : row
    );
    curves.want('accuracy', grown, 300);
    await clock.pass(5000);
    expect(server.asked[1]).toBe('compare/overlay?run=wide-2&metric=accuracy&most=300');
  });

  it('leave out runs that do not have the metric', async () => {
    const server = new CompareServer();
    const curves = new CompareCurves(server.client, new TestClock());
    curves.want('loss', rows, 300);
    await settled();
    expect(server.asked).toEqual(['compare/overlay?run=digits-1&run=wide-2&metric=loss&most=300']);
  });
});

describe('values at a step', () => {
  const { runs } = complete('Comparison', comparisonOf());

  it('are read metric by metric, and anew for another step', async () => {
    const server = new CompareServer();
    server.atStep = { 'digits-1': 0.25 };
    const steps = new StepValues(server.client);
    steps.want(3, ['accuracy'], runs);
    steps.want(3, ['accuracy', 'loss'], runs);
    await settled();
    expect(server.asked.map(asked => asked.split('&').slice(-2).join(' '))).toEqual([
      'metric=accuracy step=3',
      'metric=loss step=3'
    ]);
    expect(steps.values.get('accuracy')).toEqual({ 'digits-1': 0.25 });
    steps.want(4, ['accuracy'], runs);
    expect(steps.values.size).toBe(0);
    await settled();
    expect(server.asked).toHaveLength(3);
  });
});
