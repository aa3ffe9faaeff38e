/** `systemPreferences`: nothing is managed here. */
export const systemPreferences = {
  getUserDefault: (_key: string, type: string): unknown => (type === 'dictionary' ? {} : ''),
  askForMediaAccess: async (): Promise<boolean> => true,
};
