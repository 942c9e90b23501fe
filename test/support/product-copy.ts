// A copy of the product's source with a folder left out, to show that what remains runs without it.

import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type ProductCopy = { readonly main: string; remove(): Promise<void> };

/** `left`: a folder of src/, e.g. "sim". */
export async function copyWithout(left: string): Promise<ProductCopy> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-copy-"));
  const omitted = join(root, "src", left);
  await cp(join(root, "src"), join(folder, "src"), { recursive: true, filter: (path) => path !== omitted });
  await cp(join(root, "package.json"), join(folder, "package.json"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return {
    main: join(folder, "src", "main.ts"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
