import { FavouritesPage } from '../features/favourites/favourites-page.tsx';
import { ForwardDialog, MediaViewer } from './late-dialogs.tsx';

/** The favourites, and what can be opened from them. */
export function FavouritesPane() {
  return (
    <>
      <FavouritesPage />
      <ForwardDialog />
      <MediaViewer />
    </>
  );
}
