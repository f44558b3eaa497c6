/// What a lease entitles its owner to besides money, and the help that is asked for on the strength of it.
@NullMarked
package leaseback.manager.support;

import org.jspecify.annotations.NullMarked;
