/** `system` follows the system; the choice is kept in a cookie, and `?theme=` in a link stands over it. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const themeCookie = 'ordinal-theme'

/**
 * Runs in the head before anything is painted, so that no reader sees the wrong theme flash by. It takes no input
 * into the page but one of two constant words.
 */
export const themeScript = `(function(){var d=document.documentElement,m=matchMedia('(prefers-color-scheme: dark)');function s(){var q=new URLSearchParams(location.search).get('theme'),c=(document.cookie.match(/(?:^|; )${themeCookie}=(light|dark)/)||[])[1];d.dataset.theme=q==='light'||q==='dark'?q:c||(m.matches?'dark':'light')}s();m.addEventListener('change',s);addEventListener('ordinal-theme',s)})()`
