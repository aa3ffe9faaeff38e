/** The same name with the ending of what it is now. */
export function editedName(name: string, mime: string): string {
  const endings = mime === 'image/jpeg' ? ['jpg', 'jpeg'] : ['png'];
  const ending = /\.(\w{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (endings.includes(ending)) return name;
  return `${name.replace(/\.\w{1,5}$/, '') || 'image'}.${endings[0] ?? ''}`;
}
