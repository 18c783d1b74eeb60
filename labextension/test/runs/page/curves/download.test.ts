import { pointsAsCsv } from '../../../../src/runs/page/curves/download';
import { CurvesServer } from './server';

test('all points are in the file, each once, however many there are', async () => {
  const server = new CurvesServer();
  server.report('loss', 50_000);
  const text = await read(await pointsAsCsv(server.client, 'a-1', ['loss'], [0]));
  const steps = text
    .trim()
    .split('\r\n')
    .slice(1)
    .map(line => Number(line.split(',')[3]));
  expect(steps).toEqual(Array.from({ length: 50_000 }, (_, at) => at));
});

async function read(blob: Blob): Promise<string> {
  return new Promise(resolve => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsText(blob);
  });
}
