@NullMarked
package leaseback.manager.audit;

import org.jspecify.annotations.NullMarked;
