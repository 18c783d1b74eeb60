import { Feed } from '../../../src/events';
import type { IModelItem } from '../../../src/models/items';
import { ModelsModel } from '../../../src/models/model';
import { wordsOf } from '../../../src/models/panel/rows';
import { ModelTree, Opened } from '../../../src/models/panel/tree';
import { UNTRANSLATED } from '../../../src/translation';
import { TestClock } from '../../clock';
import { TestServer } from '../../server';
import { model, version } from '../facts';

async function tree(): Promise<{ list: ModelTree; opened: Opened; server: TestServer; clock: TestClock }> {
  const server = new TestServer();
  const digits = [version(2, { aliases: ['champion'], metrics: { accuracy: 0.9 } }), version(1)];
  const iris = [version(1, { model: 'iris', broken: 'a file is not what it was' })];
  const rows = [model('churn', []), model('digits', digits), model('iris', iris)];
  server.models = rows.map(row => ({ row: { ...row }, versions: row.recent.map(each => ({ ...each })) }));
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  const opened = new Opened();
  const list = new ModelTree(new ModelsModel(server.client, feed, clock).list(), opened);
  list.look();
  await clock.pass(1000);
  return { list, opened, server, clock };
}

function lineAt(list: ModelTree, place: number): IModelItem {
  const line = list.row(place);
  if (line === undefined) {
    throw new Error('There is no such line.');
  }
  return line;
}

const idsOf = (list: ModelTree): (string | undefined)[] =>
  Array.from({ length: list.total }, (_, at) => list.row(at)?.id);

test('versions stand below the models that are open', async () => {
  const { list, opened } = await tree();
  expect(idsOf(list)).toEqual(['churn', 'digits', 'iris']);
  opened.set('iris', true);
  opened.set('digits', true);
  expect(idsOf(list)).toEqual(['churn', 'digits', 'digits:2', 'digits:1', 'iris', 'iris:1']);
  expect([list.total, list.roots]).toEqual([6, 3]);
  opened.set('digits', false);
  expect(idsOf(list)).toEqual(['churn', 'digits', 'iris', 'iris:1']);
});

test('every line is found where it stands, and a version of a closed model nowhere', async () => {
  const { list, opened } = await tree();
  opened.set('digits', true);
  for (const [place, id] of idsOf(list).entries()) {
    expect(list.find(id ?? '')).toBe(place);
  }
  expect(list.find('iris:1')).toBe(-1);
  expect(list.find('digits:7')).toBe(-1);
});

test('a line is the same as long as nothing of its model is new', async () => {
  const { list, opened } = await tree();
  opened.set('digits', true);
  const before = list.row(2);
  opened.set('iris', true);
  expect(list.row(2)).toBe(before);
});

test('a line says alias and metric of a version, and why it cannot be used', async () => {
  const { list, opened } = await tree();
  opened.set('digits', true);
  opened.set('iris', true);
  const words = (place: number): ReturnType<typeof wordsOf> =>
    wordsOf(lineAt(list, place), 100, UNTRANSLATED);
  expect(words(1)).toMatchObject({ name: 'digits', age: '2 versions' });
  expect(words(2)).toMatchObject({ name: 'v2', chip: 'champion', value: '0.900' });
  expect(words(3)).toMatchObject({ name: 'v1', value: '' });
  expect(words(5)).toMatchObject({ icon: 'warning', why: 'a file is not what it was', acts: [] });
});
