/**
 * A training cell that runs as it is: it brings its own data and needs nothing but Python.
 */

export const LOAD = '%load_ext jupyter_mlops';

export const EXAMPLE = {
  /** What makes any cell a run. */
  line: '%%train digits',
  /** How long it takes. */
  takes: '20\u202fs',
  code: `%%train example epochs=20
import math, random, time
from jupyter_mlops import report

epochs = 10
rate = 0.002

random.seed(0)
points = [(x, 2 * x + 1 + random.gauss(0, 0.3)) for x in [random.uniform(-1, 1) for _ in range(500)]]
learn, unseen = points[:400], points[400:]
slope = offset = 0.0


def error(data):
    return sum((slope * x + offset - y) ** 2 for x, y in data) / len(data)


for epoch in range(1, epochs + 1):
    for x, y in learn:
        miss = slope * x + offset - y
        slope -= rate * miss * x
        offset -= rate * miss
    report(epoch=epoch, loss=error(learn), val_loss=error(unseen))
    print(f"After epoch {epoch} the line is {slope:.2f} x + {offset:.2f}")
    time.sleep(1)
`
} as const;
