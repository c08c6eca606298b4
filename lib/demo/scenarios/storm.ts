import type { Lesson, Step } from './lesson'
import type { Stage } from './stage'

const blows = 14

/** One random misfortune, or its end. The same seed brings the same weather. */
function blow(stage: Stage): void {
  const roll = stage.random()
  const pod = `kubia-${Math.floor(stage.random() * (stage.set()?.spec.replicas ?? 1))}`
  if (roll < 0.25) {
    if (stage.pod(pod)) stage.deletePod(pod)
  } else if (roll < 0.4) stage.scale(1 + Math.floor(stage.random() * 5))
  else if (roll < 0.55) stage.setImage(`luksa/kubia-pet:v${1 + Math.floor(stage.random() * 9)}`)
  else if (roll < 0.7) {
    const machine = stage.fleet.machines()[Math.floor(stage.random() * stage.fleet.machines().length)]
    if (machine) stage.fleet.fail(machine.name, stage.random() < 0.5 ? 'silent' : 'off')
  } else if (roll < 0.8) stage.behave(pod, { mood: 'crash' })
  else if (roll < 0.88) stage.behave(pod, { mood: 'unready' })
  else {
    stage.fleet.recoverAll()
    stage.fleet.clearBehaviours()
    for (let ordinal = 0; ordinal < 6; ordinal += 1) stage.behave(`kubia-${ordinal}`, null)
  }
}

const gust: Step = {
  say: {
    en: 'The storm blows: pods deleted, scaled, rolled, crashed; nodes silent or off. Every state is explained on the page.',
    zh: '风暴来袭：删除、扩缩、更新、崩溃；节点失联或断电。页面会解释每一个状态。',
  },
  do: (stage) => blow(stage),
}

/** Anything may happen; in the end everything is mended. */
export const storm: Lesson = {
  id: 'storm',
  title: { en: 'A random storm', zh: '随机风暴' },
  lines: [
    {
      en: 'Random misfortunes for a minute and a half, the same ones for the same seed.',
      zh: '一分半钟的随机故障；同样的种子带来同样的故障。',
    },
    {
      en: 'Look whether you can tell at each moment what the set waits for.',
      zh: '请看你是否随时能说出集合在等什么。',
    },
  ],
  steps: [
    {
      say: { en: 'Calm before the storm: four replicas.', zh: '风暴前的平静：四个副本。' },
      do: (stage) => stage.create({ replicas: 4 }),
      until: (stage) => stage.settled(4),
    },
    ...Array.from({ length: blows }, () => gust),
    {
      say: {
        en: 'The storm is over: machines return, faults end, three replicas are wanted.',
        zh: '风暴过去：机器恢复，故障结束，期望三个副本。',
      },
      do: (stage) => {
        stage.fleet.recoverAll()
        stage.fleet.clearBehaviours()
        for (let ordinal = 0; ordinal < 6; ordinal += 1) stage.behave(`kubia-${ordinal}`, null)
        stage.scale(3)
      },
      until: (stage) => stage.settled(3),
      atMost: 600,
    },
  ],
}
