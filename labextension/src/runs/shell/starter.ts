/**
 * A short notebook to begin with.
 */

import { EXAMPLE, LOAD } from './example';

/** Return the notebook, as nbformat 4.5. `made` gives ids to its cells. */
export function starterNotebook(made: () => string): object {
  const cell = (type: 'code' | 'markdown', source: string): object => ({
    cell_type: type,
    id: made(),
    metadata: {},
    source: source.trimEnd(),
    ...(type === 'code' ? { execution_count: null, outputs: [] } : {})
  });
  return {
    cells: [
      cell(
        'markdown',
        '# A training run\n\nOne line on top of a cell, `%%train`, makes it a **run** with processes of its own. ' +
          'It goes on when the tab is closed and when the kernel is restarted. ' +
          'Run the cells one by one with Shift+Enter.'
      ),
      cell('code', LOAD),
      cell(
        'markdown',
        '`example` is the name of the run, and afterwards a variable that holds it. ' +
          '`epochs=20` replaces the `epochs = 10` in the cell, for this run only.'
      ),
      cell('code', EXAMPLE.code),
      cell('markdown', 'What the run knows: its metrics, and all of it as a card.'),
      cell('code', 'example.metrics'),
      cell('code', 'example'),
      cell(
        'markdown',
        'Now put `%%train` on top of a cell of yours. `%%train?` shows every option, `%runs` lists all runs.'
      )
    ],
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5
  };
}

/** Return the first name that is free: `training.ipynb`, `training-1.ipynb`, … */
export function freeName(taken: ReadonlySet<string>): string {
  let name = 'training.ipynb';
  for (let count = 1; taken.has(name); count++) {
    name = `training-${count}.ipynb`;
  }
  return name;
}
