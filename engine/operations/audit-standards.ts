/** A control of a standard that a section of a report is evidence for. */
export interface Control {
  readonly reference: string;
  readonly about: string;
}

/** The sections of a report. */
export type ReportSection = 'integrity' | 'changes' | 'exceptions' | 'deployments' | 'access';

interface Standard {
  readonly title: string;
  readonly controls: Readonly<Record<ReportSection, readonly Control[]>>;
}

const changeManagement: Control = { reference: 'CC8.1', about: 'change management' };
const changeManagementIso: Control = { reference: '8.32', about: 'change management' };

/** Which controls each section speaks to; short references only, the standards themselves say what they ask for. */
export const standards = {
  soc2: {
    title: 'SOC 2',
    controls: {
      integrity: [{ reference: 'CC7.2', about: 'monitoring' }],
      changes: [changeManagement],
      exceptions: [changeManagement],
      deployments: [changeManagement],
      access: ['CC6.1', 'CC6.2', 'CC6.3'].map((reference) => ({ reference, about: 'logical access' })),
    },
  },
  iso27001: {
    title: 'ISO/IEC 27001:2022, Annex A',
    controls: {
      integrity: [{ reference: '8.15', about: 'logging' }],
      changes: [changeManagementIso],
      exceptions: [changeManagementIso],
      deployments: [changeManagementIso],
      access: [
        { reference: '5.15', about: 'access control' },
        { reference: '5.18', about: 'access rights' },
      ],
    },
  },
} as const satisfies Readonly<Record<string, Standard>>;

export type StandardName = keyof typeof standards;
