import type { LeverAt } from './levers'
import type { Saying, Scenario, Sentence } from './scenario'
import { setName, type Stage } from './stage'

const blows = 8

const any = <T>(stage: Stage, choices: readonly T[]): T | undefined =>
  choices[Math.floor(stage.random() * choices.length)]

/** One random misfortune, and what is said of it. The same seed brings the same weather. */
function blow(stage: Stage): Sentence {
  const roll = stage.random()
  const pod = any(stage, stage.podNames())
  if (roll < 0.25 && pod) {
    stage.deletePod(pod)
    return { key: 'deleted', params: { pod } }
  }
  if (roll < 0.45 || !pod) {
    const others = [1, 2, 3, 4, 5].filter((replicas) => replicas !== stage.set()?.spec.replicas)
    const replicas = any(stage, others) ?? 3
    stage.scale(replicas)
    return { key: 'scaled', params: { replicas } }
  }
  if (roll < 0.6) {
    const image = `luksa/kubia-pet:v${1 + Math.floor(stage.random() * 9)}`
    stage.setImage(image)
    return { key: 'rolled', params: { image } }
  }
  if (roll < 0.8) {
    const up = stage.fleet.machines().filter(({ outage }) => outage === null)
    const node = any(stage, up)?.name
    if (node !== undefined) return pull(stage, stage.random() < 0.5 ? 'silent' : 'off', node)
  }
  return pull(stage, roll < 0.9 ? 'crash' : 'unready', pod)
}

function pull(stage: Stage, lever: LeverAt['lever'], name: string): Sentence {
  stage.levers.pull(stage.lever(lever, name))
  return { key: lever, params: lever === 'silent' || lever === 'off' ? { node: name } : { pod: name } }
}

function lastBlow(stage: Stage): Sentence {
  const pod = stage.podNames()[0] ?? `${setName}-0`
  return stage.pod(pod) ? pull(stage, 'crash', pod) : pull(stage, 'silent', stage.nodes()[0] ?? '')
}

const gust: Saying = { say: null, do: blow }

/** Anything may happen; then it is to be mended. */
export const storm: Scenario = {
  id: 'storm',
  seconds: 75,
  steps: [
    { say: 'calm', do: (stage) => stage.create({ replicas: 4 }) },
    { ...gust, when: (stage) => stage.settled(4) },
    ...Array.from({ length: blows - 2 }, () => gust),
    // So that there is something to mend in the end, whatever the dice said.
    { say: null, do: lastBlow },
    {
      turn: 'mend',
      ways: [
        {
          id: 'mend',
          seen: (stage) => stage.levers.inForce().length === 0,
          do: (stage) => stage.levers.undoAll(),
          lever: (stage) => stage.levers.inForce()[0] ?? stage.lever('crash', 'kubia-0'),
          then: [{ say: 'over' }, { say: 'well', when: (stage) => stage.settled() }],
        },
      ],
    },
  ],
}
