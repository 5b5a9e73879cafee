import { Navigate } from '@tanstack/react-router';
import { useMe } from '../session/use-session';
import { Page } from '../ui/page';
import { Empty } from '../ui/states';
import { SCREENS } from './screens';

/** Where one begins: the first screen that one may see. */
export function Home() {
  const { permissions, role } = useMe();
  const first = SCREENS.find(({ permission }) => permissions.includes(permission));
  if (first !== undefined) return <Navigate to={first.path} replace />;
  return (
    <Page title="Nothing to see">
      <Empty title="No screen is open to you">
        <p>The role {role} calls the API; it looks at nothing here.</p>
      </Empty>
    </Page>
  );
}
