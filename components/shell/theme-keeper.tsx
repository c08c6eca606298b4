'use client'

import { useEffect } from 'react'
import { themeScript } from './theme'

/**
 * Some answers (a page that is not there) are drawn by the browser alone, and scripts in the head do not run then.
 * This puts the theme on afterwards; where the script has run it finds nothing to do.
 */
export function ThemeKeeper() {
  useEffect(() => {
    if (document.documentElement.dataset.theme !== undefined) return
    const script = document.createElement('script')
    script.nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? ''
    script.textContent = themeScript
    document.head.append(script)
  }, [])
  return null
}
