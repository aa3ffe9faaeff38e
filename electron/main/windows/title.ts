export const APP_TITLE = 'WuKong Desktop';
