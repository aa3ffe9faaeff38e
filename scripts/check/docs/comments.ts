/** Comments of the code: the files they name must exist. */
import { filesNamed, type Repository } from './repository.ts';

const CODE = /\.(?:ts|tsx|css|cjs)$/;
/** Names of JSON files in comments are files of a profile. */
const FILE = /(?<![\w@./-])(?:[\w-]+\/)*[\w.-]*\w\.(?:ts|tsx|css|cjs)\b(?!\.)/g;
/** These speak of files that do not exist: the checks themselves. */
const INVENTED = /^scripts\/check\//;

export function commentProblems(repository: Repository): string[] {
  const problems: string[] = [];
  for (const file of repository.files) {
    if (!CODE.test(file) || INVENTED.test(file)) continue;
    for (const [index, line] of repository.read(file).split('\n').entries()) {
      if (!isComment(line)) continue;
      for (const [name] of line.matchAll(FILE))
        if (filesNamed(repository, name, file).length === 0)
          problems.push(`${file}:${index + 1} names ${name}, which does not exist`);
    }
  }
  return problems;
}

/** A line that is nothing but a comment, or the inside of one as this repository writes them. */
export function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/\*|\*(?:\s|\/|$)|\{\/\*)/.test(line);
}
