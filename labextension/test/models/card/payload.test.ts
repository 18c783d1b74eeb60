import { versionPayload } from '../../../src/models/card/payload';
import { snapshot, version } from '../facts';

const SNAPSHOT = snapshot(version(3, { aliases: ['champion'] }));

test('a version is read from what its kernel wrote', () => {
  const data = { id: 'digits:3', home: 'h', version: '0.1', time: 5, snapshot: SNAPSHOT };
  expect(versionPayload(data)).toMatchObject({
    id: 'digits:3',
    home: 'h',
    version: '0.1',
    time: 5,
    snapshot: { row: { id: 'digits:3', aliases: ['champion'] }, detached: false }
  });
});

test.each([null, 7, 'x', {}, { snapshot: {} }, { snapshot: { row: { model: 'digits' } } }])(
  '%j says nothing that can be understood',
  data => {
    expect(versionPayload(data)).toBeNull();
  }
);
