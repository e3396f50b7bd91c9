# The primary says nothing: by default silence at the deadline, and the check is given up.
   0       request A alice right id=1     -> check_password A
   5s      request B alice right id=2     -> nothing
   49s     clock                          -> cancel_primary A; login silent primary_unavailable 2
   49s     password ok A                  -> nothing
   50s     again A                        -> nothing

calls 0
