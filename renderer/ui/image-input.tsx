import type { RefObject } from 'react';

interface ImageInputProps {
  /** Its `click` opens the dialog. */
  ref: RefObject<HTMLInputElement | null>;
  testId: string;
  onPick: (file: File | undefined) => void;
}

/** Asks for one image of this computer; what is seen of it is a button somewhere else. */
export function ImageInput({ ref, testId, onPick }: ImageInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      hidden
      accept="image/png,image/jpeg,image/webp,image/gif"
      data-testid={testId}
      onChange={(event) => {
        onPick(event.target.files?.[0]);
        // The same file may be picked again.
        event.target.value = '';
      }}
    />
  );
}
