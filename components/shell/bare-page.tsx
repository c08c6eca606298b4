'use client'

import type { ReactNode } from 'react'
import { Mark } from '@/components/ui/mark'
import { LanguageMenu, ThemeMenu } from './preferences'
import { ReadOnlyWord } from './read-only'

/** A page without a cluster: the mark, language and theme, and what there is to say. */
export function BarePage(props: { children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1240px] flex-col px-4 tablet:px-7">
      <header className="flex h-[52px] items-center">
        <Mark size={30} label="Ordinal" />
        <span className="ml-auto flex items-center">
          <ReadOnlyWord />
          <LanguageMenu />
          <ThemeMenu />
        </span>
      </header>
      <main id="content" className="flex-1 py-6">
        {props.children}
      </main>
    </div>
  )
}
