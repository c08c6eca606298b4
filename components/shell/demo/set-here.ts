'use client'

import { usePathname } from 'next/navigation'
import { placeAt } from '@/components/shell/places'

/** The set whose page this is; null on any other page. */
export function useSetHere(): { namespace: string; name: string } | null {
  const here = placeAt(usePathname())
  if (here?.place.id !== 'set') return null
  const { namespace = '', name = '' } = here.parameters
  return { namespace, name }
}
