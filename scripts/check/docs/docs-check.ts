/**
 * The docs part of `npm run check`: what pages and comments say about each other and about the tree, as far as it can
 * be looked up. It does not read sentences.
 */
import { ROOT } from '../../paths.ts';
import { claimProblems } from './claims.ts';
import { commentWidthProblems } from './comment-width.ts';
import { commentProblems } from './comments.ts';
import { NUMBER_CLAIMS } from './number-claims.ts';
import { numberProblems } from './numbers.ts';
import { referenceProblems } from './references.ts';
import { readRepository } from './repository.ts';
import { storageTableProblems } from './storage-tables.ts';

/** Empty = nothing is named that does not exist. Else one sentence each, with file and line. */
export async function docsProblems(root = ROOT): Promise<string[]> {
  const repository = await readRepository(root);
  return [
    ...referenceProblems(repository),
    ...commentProblems(repository),
    ...commentWidthProblems(repository),
    ...claimProblems(repository),
    ...numberProblems(repository, NUMBER_CLAIMS),
    ...storageTableProblems(repository),
  ];
}
