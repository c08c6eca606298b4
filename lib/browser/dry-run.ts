import type { DryRun } from '@/lib/contract/actions/action'

/**
 * Whether the API server would refuse the real request too. No answer, too many requests, and a webhook that takes no dry
 * runs say nothing about it.
 */
export function isRefused(dryRun: DryRun | undefined): boolean {
  if (!dryRun || dryRun.ok || dryRun.status < 400 || dryRun.status >= 500 || dryRun.status === 429) return false
  return !/does not support dry run/i.test(dryRun.message)
}
