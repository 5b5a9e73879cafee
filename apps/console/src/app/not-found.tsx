import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page';
import { Empty } from '../ui/states';

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is no such screen">
        <p>
          The address may be old. Go to the <Link to="/campaigns">campaigns</Link>.
        </p>
      </Empty>
    </Page>
  );
}
