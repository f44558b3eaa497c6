/// Who may do what: actions, policies, ACLs, and the one place where they are weighed. Pure: no database, no clock.
@NullMarked
package leaseback.manager.s3.rights;

import org.jspecify.annotations.NullMarked;
