/** By what systems know the app: the packages carry these names and the app itself uses them at run time. */

/** Bundle identifier on macOS, AppUserModelID on Windows: changing it makes another app of it. */
export const APP_ID = 'im.wukong.desktop';
/** Scheme of links that open the app. */
export const LINK_SCHEME = 'wukong';
/** Program, package and folder on Linux: without a space, which some systems' start menus stumble over. */
export const LINUX_NAME = 'wukong-desktop';
