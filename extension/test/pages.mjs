import { readdir } from 'node:fs/promises';

const folders = ['popup', 'confirm'].map((name) => new URL(`../${name}/`, import.meta.url));

/**
 * The files of our own pages.
 * @param {string} ending
 */
export async function pageFiles(ending) {
  const lists = await Promise.all(folders.map(async (folder) => (await readdir(folder, { recursive: true })).map((file) => new URL(file, folder))));
  return lists.flat().filter(({ pathname }) => pathname.endsWith(ending));
}
