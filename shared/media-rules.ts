/** What becomes of files that can be fetched again, and which come by themselves (docs/media.md, "Rules"). */

/** Not looked at for so many days, a file goes; 0 = never. */
export const MEDIA_DAYS = [0, 7, 30, 90, 365] as const;
/** Size of the cache in MiB at which the files go that were not looked at for the longest time; 0 = none. */
export const MEDIA_LIMITS_MB = [512, 1_024, 2_048, 5_120, 10_240, 0] as const;
/** Largest size in MiB that is loaded by itself. */
export const AUTO_LOAD_MB = [1, 5, 20, 50, 100] as const;

export interface MediaRules {
  /** 0 = never. */
  keepDays: number;
  /** Bytes; 0 = none. */
  limitBytes: number;
  /** Loaded as soon as they are seen. */
  images: boolean;
  videos: boolean;
  files: boolean;
  /** Bytes; larger ones wait to be asked for. */
  autoLoadBytes: number;
}

const MIB = 1024 * 1024;

/** Where nobody has chosen: what is looked at is loaded. */
export const OPEN_RULES: MediaRules = {
  keepDays: 0,
  limitBytes: 1_024 * MIB,
  images: true,
  videos: true,
  files: true,
  autoLoadBytes: Number.MAX_SAFE_INTEGER,
};

/** As the settings have it. */
interface RuleSettings {
  mediaDays: number;
  mediaLimitMb: number;
  autoLoadImages: boolean;
  autoLoadVideos: boolean;
  autoLoadFiles: boolean;
  autoLoadMb: number;
}

export const mediaRulesOf = (settings: RuleSettings): MediaRules => ({
  keepDays: settings.mediaDays,
  limitBytes: settings.mediaLimitMb * MIB,
  images: settings.autoLoadImages,
  videos: settings.autoLoadVideos,
  files: settings.autoLoadFiles,
  autoLoadBytes: settings.autoLoadMb * MIB,
});

/** What the workers are told of the settings. */
export const followedOf = (settings: RuleSettings & { offerReedit: boolean }) => ({
  offerReedit: settings.offerReedit,
  mediaRules: mediaRulesOf(settings),
});

export type MediaKind = 'image' | 'file' | 'voice' | 'video' | 'cover';

function isLoaded({ images, videos, files }: MediaRules, kind: MediaKind): boolean {
  if (kind === 'video') return videos;
  return kind === 'image' || kind === 'cover' ? images : files;
}

/** Up to how many bytes such a file is loaded by itself; 0 = it is not. A voice message is small, and asked for. */
export function autoLoadBytes(rules: MediaRules, kind: MediaKind): number {
  if (kind === 'voice') return Number.MAX_SAFE_INTEGER;
  return isLoaded(rules, kind) ? rules.autoLoadBytes : 0;
}
