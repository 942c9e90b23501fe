// What the gateway's SQLite file is made of: rows and bytes of each table, its indexes with it. Read beside the running gateway.

import { DatabaseSync } from "node:sqlite";

export type TableSize = { readonly table: string; readonly rows: number; readonly kb: number };

/** The largest first. */
export function tableSizes(path: string): readonly TableSize[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database
      .prepare(
        `select tbl_name as name, sum(pgsize) as bytes from dbstat join sqlite_master using (name)
         where tbl_name not like 'sqlite_%' group by tbl_name order by bytes desc`,
      )
      .all() as { readonly name: string; readonly bytes: number }[];
    return tables.map(({ name, bytes }) => {
      const counted = database.prepare(`select count(*) as rows from "${name}"`).get() as { readonly rows: number };
      return { table: name, rows: counted.rows, kb: Math.round(bytes / 1_024) };
    });
  } finally {
    database.close();
  }
}

export type TableGrowth = TableSize & { readonly rowsPerCall: number; readonly bytesPerCall: number };

/** Between two looks, by the calls that were made meanwhile. */
export const growth = (
  first: readonly TableSize[],
  last: readonly TableSize[],
  calls: number,
): readonly TableGrowth[] =>
  last.map((table) => {
    const before = first.find((one) => one.table === table.table);
    const each = (now: number, then: number): number => Number(((now - then) / Math.max(1, calls)).toFixed(2));
    return {
      ...table,
      rowsPerCall: each(table.rows, before?.rows ?? 0),
      bytesPerCall: Math.round(1_024 * each(table.kb, before?.kb ?? 0)),
    };
  });
