import { everyday } from './everyday'
import { names } from './names'
import type { Scenario } from './scenario'
import { storm } from './storm'
import { trouble } from './trouble'

/** All scenarios, in the order of the menu. */
export const scenarios: readonly Scenario[] = [...everyday, ...trouble, ...names, storm]

export const scenarioById = (id: string): Scenario | undefined => scenarios.find((scenario) => scenario.id === id)
