/**
 * What is sent of what was written: nothing behind the last word, no empty lines before the first. The first line keeps
 * its indentation when more lines follow, as code and lists need it.
 */
export function bodyOf(text: string): string {
  const end = text.trimEnd();
  const words = end.length - end.trimStart().length;
  const body = end.slice(end.lastIndexOf('\n', words) + 1);
  return body.includes('\n') ? body : body.trimStart();
}
