/** Voice messages (docs/voice.md): what was recorded becomes a message, what was received becomes sound. */
import { readFile } from 'node:fs/promises';
import { SAMPLE_RATE, wavOf } from '../../../shared/content/samples.ts';
import { asBars, waveformOf } from '../../../shared/content/waveform.ts';
import { PayloadType } from '../../../shared/content/message-content.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { LoadedVoice } from '../../../shared/ipc/contract/voice.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Media } from '../media/media.ts';
import type { Attachment } from '../store/jobs.ts';
import { isAmr, playedType, soundExtension } from '../media/sound-type.ts';
import { checkAmr, levelsOf, unplayable } from './sound.ts';
import { VoiceCodec } from './voice-codec.ts';

/** Bars of a recording, as many as TSDD's clients make. */
const SENT_BARS = 40;

/** A recording that is ready to be sent. */
export interface Recorded {
  attachment: Attachment;
  /** Without `url`, which the upload adds, and without a quote. */
  payload: Record<string, unknown>;
}

export class Voices {
  readonly #media: Pick<Media, 'voiceFile' | 'checkVoice' | 'staging'>;
  readonly #codec = new VoiceCodec();

  constructor(media: Pick<Media, 'voiceFile' | 'checkVoice' | 'staging'>) {
    this.#media = media;
  }

  /**
   * The sound of a message, loaded if it is not here yet. @throws CodedError as `Media.voiceFile`; `refused` with
   * `format` for what cannot be played.
   */
  async load(channel: ChannelRef, key: string, asked: boolean): Promise<LoadedVoice> {
    const path = await this.#media.voiceFile(channel, key, asked);
    const bytes = await read(path);
    const sound = await this.#soundOf(bytes);
    // It may have been recalled while it was decoded.
    this.#media.checkVoice(channel, key);
    return sound;
  }

  /** For a file that any program plays; nothing is loaded from another host. null = of no kind that is played. */
  async toWrite(
    channel: ChannelRef,
    key: string,
  ): Promise<{ bytes: Uint8Array<ArrayBuffer>; name: string } | null> {
    try {
      const { bytes } = await this.load(channel, key, false);
      return { bytes, name: `voice.${soundExtension(bytes)}` };
    } catch (error) {
      if (error instanceof CodedError && error.field === 'format') return null;
      throw error;
    }
  }

  /** `pcm`: samples as they were recorded. Stages the encoded recording; whoever sends it releases it. */
  async record(channel: ChannelRef, pcm: Int16Array<ArrayBuffer>): Promise<Recorded> {
    const { staging } = this.#media;
    const seconds = Math.max(1, Math.round(pcm.length / SAMPLE_RATE));
    const bars = asBars(levelsOf(pcm, SENT_BARS));
    const amr = await this.#codec.encode(pcm);
    const size = amr.length;
    const file = await staging.begin({ channel, name: 'voice.amr', size });
    await staging.append(file, 0, amr);
    return {
      attachment: { file, mime: 'audio/amr', size, extension: 'amr' },
      payload: {
        type: PayloadType.voice,
        url: '',
        timeTrad: seconds,
        ...(bars.length > 0 && { waveform: waveformOf(bars) }),
      },
    };
  }

  close(): void {
    this.#codec.close();
  }

  async #soundOf(bytes: Uint8Array<ArrayBuffer>): Promise<LoadedVoice> {
    if (isAmr(bytes)) {
      checkAmr(bytes);
      const pcm = await this.#codec.decode(bytes);
      const wav = wavOf(pcm);
      // What is said a second time is not left to whenever memory is tidied (docs/voice.md).
      pcm.fill(0);
      return { mime: 'audio/wav', bytes: wav };
    }
    const mime = playedType(bytes);
    if (mime === null) throw unplayable('this kind of recording cannot be played');
    return { mime, bytes };
  }
}

async function read(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const read = await readFile(path);
    // A buffer of its own: it is moved to the codec.
    const bytes = new Uint8Array(read);
    read.fill(0);
    return bytes;
  } catch {
    // Moved in this moment, or erased.
    throw new CodedError('notFound', 'this file is not on this computer any more');
  }
}
