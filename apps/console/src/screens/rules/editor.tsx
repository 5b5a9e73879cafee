import { Button, JsonInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { asProblem } from '../../api/problem';
import type { Rule } from '../../api/generated/types.gen';
import { commandName } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Panel } from '../../ui/page';
import { Await, Refusal } from '../../ui/states';
import { ConditionBuilder } from './condition-builder';
import { COMMANDS, SEVERITIES, type Definition } from './definition';
import { JsonErrors, selectLine } from './json-errors';
import { JsonField } from './json-field';
import { PreviewPanel } from './preview-panel';
import { ScopeField } from './scope-field';
import { isTree, parsed } from './tree';
import { useFacts, usePreview, useSave } from './use-rules';

const TYPING_MS = 350;

/** Writes a rule, in a form or as JSON, two views of the same; what it would do now stands beside it. */
export function Editor({ rule, initial }: { readonly rule: Rule | undefined; readonly initial: Definition }) {
  const [definition, setDefinition] = useState(initial);
  const [text, setText] = useState<string>();
  const [view, setView] = useState('form');
  const [settled] = useDebouncedValue(definition, TYPING_MS);
  const preview = usePreview(settled);
  const save = useSave(rule);
  const navigate = useNavigate();
  const mayWrite = useMay('rules:write');
  const errors = preview.error === null ? [] : asProblem(preview.error, 0).errors;
  const json = useRef<HTMLTextAreaElement>(null);
  const showLine = (line: number): void => {
    setText(undefined); // the text as it is counted: with its own indents
    requestAnimationFrame(() => selectLine(json.current, line));
  };
  const submit = (): void =>
    save.mutate(definition, {
      onSuccess: ({ ruleId }) => void navigate({ to: '/rules/$ruleId', params: { ruleId } }),
    });
  const type = (to: string): void => {
    setText(to);
    const object = parsed(to);
    // The server judges what is in it, and says where it is wrong.
    if (isTree(object)) setDefinition(object as unknown as Definition);
  };
  return (
    <div className="fd-columns">
      <Panel
        title="Definition"
        actions={
          <>
            <SegmentedControl
              size="xs"
              aria-label="View"
              data={[
                { value: 'form', label: 'Builder' },
                { value: 'json', label: 'JSON' },
              ]}
              value={view}
              onChange={(to) => {
                setText(undefined);
                setView(to);
              }}
            />
            {mayWrite && (
              <Button size="xs" onClick={submit} loading={save.isPending} disabled={preview.isError}>
                Save draft
              </Button>
            )}
          </>
        }
      >
        <Refusal error={save.error} />
        {view === 'json' ? (
          <>
            <JsonInput
              ref={json}
              aria-label="Rule as JSON"
              classNames={{ input: 'fd-mono' }}
              autosize
              minRows={16}
              maxRows={40}
              readOnly={!mayWrite}
              value={text ?? JSON.stringify(definition, undefined, 2)}
              error={
                text !== undefined && !isTree(parsed(text))
                  ? 'This is no JSON object; the form keeps the last one.'
                  : undefined
              }
              onChange={type}
            />
            <JsonErrors definition={definition} errors={errors} onShow={showLine} />
          </>
        ) : (
          <Form definition={definition} errors={errors} readOnly={!mayWrite} onChange={setDefinition} />
        )}
      </Panel>
      <PreviewPanel preview={preview} />
    </div>
  );
}

interface FormProps {
  readonly definition: Definition;
  readonly errors: ReturnType<typeof asProblem>['errors'];
  readonly readOnly: boolean;
  readonly onChange: (to: Definition) => void;
}

function Form({ definition, errors, readOnly, onChange }: FormProps) {
  const facts = useFacts();
  const set = (to: Partial<Definition>): void => onChange({ ...definition, ...to });
  const wrong = (pointer: string): string | undefined =>
    errors.find((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))?.detail;
  const { action, severity, name, conditions } = definition;
  return (
    <div className="fd-form">
      <TextInput
        label="Name"
        disabled={readOnly}
        value={name}
        error={wrong('/name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <ScopeField definition={definition} readOnly={readOnly} error={wrong('/scope')} onChange={onChange} />
      <div>
        <div className="fd-label">When</div>
        <Await of={facts} what="facts">
          {({ items }) => (
            <ConditionBuilder
              tree={conditions}
              facts={items}
              errors={errors}
              readOnly={readOnly}
              onChange={(tree) => set({ conditions: { ...tree } })}
            />
          )}
        </Await>
      </div>
      <div className="fd-pair">
        <Select
          label="Then"
          allowDeselect={false}
          disabled={readOnly}
          data={COMMANDS.map((value) => ({ value, label: commandName(value) }))}
          value={action.command}
          error={wrong('/action')}
          onChange={(to) => {
            const command = COMMANDS.find((one) => one === to);
            if (command !== undefined) set({ action: { command, params: {} } });
          }}
        />
        <Select
          label="Severity"
          allowDeselect={false}
          disabled={readOnly}
          data={SEVERITIES}
          value={severity}
          onChange={(to) => set({ severity: SEVERITIES.find((one) => one === to) ?? severity })}
        />
      </div>
      <JsonField
        label="Parameters of the command"
        value={action.params ?? {}}
        readOnly={readOnly}
        error={wrong('/action/params')}
        onChange={(params) => set({ action: { ...action, params } })}
      />
      <JsonField
        label="Guards"
        value={definition.guards ?? {}}
        readOnly={readOnly}
        error={wrong('/guards')}
        onChange={(guards) => set({ guards })}
      />
    </div>
  );
}
