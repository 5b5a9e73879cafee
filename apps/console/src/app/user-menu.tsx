import { ActionIcon, Menu, useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { signOut } from '../session/session';
import { useMe } from '../session/use-session';
import { Icon } from '../ui/icons';

/** Theme, help, and who is signed in. */
export function UserMenu({ onHelp }: { readonly onHelp: () => void }) {
  const me = useMe();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Switch to ${other} colours`}
        onClick={() => setColorScheme(other)}
      >
        <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="Account and help">
            <Icon name="person" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me.person ?? me.id} · {me.role}
          </Menu.Label>
          <Menu.Item leftSection={<Icon name="help" />} onClick={onHelp}>
            Keys and marks
          </Menu.Item>
          <Menu.Item component="a" href="/docs" leftSection={<Icon name="link" />}>
            The API
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="close" />} onClick={() => void signOut()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
