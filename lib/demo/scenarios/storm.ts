import type { Scenario, Sentence, Step } from './scenario'
import type { Stage } from './stage'

const blows = 14

/** One random misfortune, or its end, and what is said of it. The same seed brings the same weather. */
function blow(stage: Stage): Sentence {
  const roll = stage.random()
  const pod = `kubia-${Math.floor(stage.random() * (stage.set()?.spec.replicas ?? 1))}`
  if (roll < 0.25) {
    if (!stage.pod(pod)) return { key: 'absent', params: { pod } }
    stage.deletePod(pod)
    return { key: 'deleted', params: { pod } }
  }
  if (roll < 0.4) {
    const replicas = 1 + Math.floor(stage.random() * 5)
    stage.scale(replicas)
    return { key: 'scaled', params: { replicas } }
  }
  if (roll < 0.55) {
    const image = `luksa/kubia-pet:v${1 + Math.floor(stage.random() * 9)}`
    stage.setImage(image)
    return { key: 'rolled', params: { image } }
  }
  if (roll < 0.7) {
    const machine = stage.fleet.machines()[Math.floor(stage.random() * stage.fleet.machines().length)]
    if (machine) {
      const outage = stage.random() < 0.5 ? 'silent' : 'off'
      stage.fleet.fail(machine.name, outage)
      return { key: outage, params: { node: machine.name } }
    }
  }
  if (roll < 0.88) {
    const behaviour = roll < 0.8 ? 'crash' : 'unready'
    stage.behave(pod, { behaviour })
    return { key: behaviour, params: { pod } }
  }
  calm(stage)
  return { key: 'pause' }
}

function calm(stage: Stage): void {
  stage.fleet.recoverAll()
  stage.fleet.clearBehaviours()
  for (let ordinal = 0; ordinal < 6; ordinal += 1) stage.behave(`kubia-${ordinal}`, null)
}

const gust: Step = { say: null, do: blow }

/** Anything may happen; in the end everything is mended. */
export const storm: Scenario = {
  id: 'storm',
  steps: [
    {
      say: 'calm',
      do: (stage) => stage.create({ replicas: 4 }),
      until: (stage) => stage.settled(4),
    },
    ...Array.from({ length: blows }, () => gust),
    {
      say: 'over',
      do: (stage) => {
        calm(stage)
        stage.scale(3)
      },
      until: (stage) => stage.settled(3),
      atMost: 600,
    },
  ],
}
