/** What an organisation says about updates of the app. Where it is read from: electron/main, policies. */

export interface UpdatesPolicy {
  /** Nothing is asked, loaded or installed: new versions come by the organisation's own means. */
  disabled: boolean;
  /** `https` address of the folder that is asked instead of the built-in one; null = the built-in one. */
  url: string | null;
  /** `latest`, `beta` or a name of the organisation's own; null = the user chooses. */
  channel: string | null;
}

export const NO_UPDATES_POLICY: UpdatesPolicy = { disabled: false, url: null, channel: null };

/** In a profile: packages of new versions until they are installed. */
export const UPDATES_FOLDER = 'updates';
