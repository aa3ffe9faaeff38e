/** A file of the account's own server: below its `/v1/`, never at somebody else's host (tsdd-api.md 6.1). */
export const isOwnFile = (path: string): boolean => /^\/?file\/preview\/[^?#\s]{1,1900}$/.test(path);
