/**
 * Which rows are selected, by id: whatever happens to their order, they stay.
 */

/** So many rows can be selected at once. */
export const MOST = 1_000;

/** Rows that were selected one by one, as they were last read. Without any, the active row counts as selected. */
export class Selection<Row extends { readonly id: string }> {
  /** Where a range begins; empty where nothing was pressed yet. */
  anchor = '';
  /** Whether more were meant than can be selected. */
  isCut = false;

  get size(): number {
    return this._rows.size;
  }

  /** In the order in which they were selected. */
  get rows(): Row[] {
    return [...this._rows.values()];
  }

  has(id: string): boolean {
    return this._rows.has(id);
  }

  /** Select a row, or no longer. */
  toggle(row: Row): void {
    if (!this._rows.delete(row.id)) {
      this._add([row]);
    }
    this.isCut &&= this.size >= MOST;
  }

  /** Select these, and no others. `isCut` says that there would have been more. */
  set(rows: readonly Row[], isCut = false): void {
    this._rows.clear();
    this.isCut = isCut;
    this._add(rows);
  }

  clear(): void {
    this._rows.clear();
    this.isCut = false;
  }

  /** Take rows away; say whether any was there. */
  remove(ids: Iterable<string>): boolean {
    const before = this.size;
    for (const id of ids) {
      this._rows.delete(id);
    }
    return this.size < before;
  }

  /** Take what is new of a row. */
  update(row: Row): void {
    if (this._rows.has(row.id)) {
      this._rows.set(row.id, row);
    }
  }

  private _add(rows: readonly Row[]): void {
    for (const row of rows) {
      if (this._rows.size >= MOST && !this._rows.has(row.id)) {
        this.isCut = true;
        return;
      }
      this._rows.set(row.id, row);
    }
  }

  private readonly _rows = new Map<string, Row>();
}
