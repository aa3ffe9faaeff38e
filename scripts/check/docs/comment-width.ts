/** Comments are wrapped: the formatter does not touch them. */
import { isComment } from './comments.ts';
import type { Repository } from './repository.ts';

const MOST_COLUMNS = 120;
/** A directive and its reason have to be one line. */
const DIRECTIVE = /\b(?:eslint|oxlint)-disable/;
const CODE = /\.(?:ts|tsx|css|cjs|mjs)$/;

export function commentWidthProblems(repository: Repository): string[] {
  return repository.files
    .filter((file) => CODE.test(file))
    .flatMap((file) =>
      repository
        .read(file)
        .split('\n')
        .flatMap((line, index) =>
          line.length > MOST_COLUMNS && !DIRECTIVE.test(line) && (isComment(line) || endsInComment(line))
            ? [`${file}:${index + 1} is a comment of ${line.length} columns, ${MOST_COLUMNS} at most`]
            : [],
        ),
    );
}

/** Code with a comment behind it. Quoted text may hold two slashes (addresses). */
function endsInComment(line: string): boolean {
  const code = line.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '');
  return /(?:^|\s)(?:\/\/ |\/\*)/.test(code);
}
