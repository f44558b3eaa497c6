@NullMarked
package leaseback.host.enrolment;

import org.jspecify.annotations.NullMarked;
